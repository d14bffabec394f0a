"""MODEL → GRAPH: what a network computes, as ONNX, for taggers without PyTorch."""
