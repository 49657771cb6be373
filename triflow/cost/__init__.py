"""`triflow cost`: what a month costs, would cost, and was billed."""
