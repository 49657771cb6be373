"""The troubleshooting guide as a program: its 23 problems as data, and the verbs that use them."""
