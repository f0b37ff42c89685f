"""What stands on the page: ids, stores, one module a panel.  Never imports callbacks."""
