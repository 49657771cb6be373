"""What a row cannot say as data: small functions, each named by the rows that use it."""
