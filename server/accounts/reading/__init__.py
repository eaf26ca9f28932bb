"""Mail of an account for programs: its folders, its messages one by one or as lists, and changes of them."""
