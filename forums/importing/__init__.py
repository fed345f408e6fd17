"""Reading what other systems exported: files to records, with every bad one named and none half taken over."""
