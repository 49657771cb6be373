"""`triflow status`: what runs, on one screen."""
