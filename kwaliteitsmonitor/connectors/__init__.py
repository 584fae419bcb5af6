"""Where deliveries come from and copies go to: folders, servers, SharePoint and SQL databases."""
