"""What administrators see and do for their tenant. Never the content of mail."""
