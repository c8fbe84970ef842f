"""Who could be asked, who sits where and whose turn it is: rules, most of them pure."""
