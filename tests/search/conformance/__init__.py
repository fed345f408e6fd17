"""What every search backend does alike: one suite, run against each of them."""
