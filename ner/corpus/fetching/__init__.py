"""PUBLIC CORPORA → FILES: where each is from, and how it is brought, checked and unpacked."""
