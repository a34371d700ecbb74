-- The billing items of guests.

return { extends = "Billing_Item", kind = "Billing_Item", methods = {} }
