"""Small servers. Each can be run by itself, or by `netserve serve examples.NAME:on_connection`."""
