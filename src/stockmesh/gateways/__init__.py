"""Outside formats: files of orders, postal gazetteer, the sample retailer."""
