"""Every address of the product, who may use it and how; a new one has to be declared here."""
