"""`triflow alarms`: how the alarms are, and whether they reach anybody."""
