-- The adjusting entries that a price rule of class entry puts on invoices, from
-- the view "charges": what tells them from others, where a commitment's fee may
-- have moved to another account.
SELECT DISTINCT
    COALESCE(billing_account_id, ''),
    COALESCE(sub_account_id, ''),
    COALESCE(x_provider_invoice_id, ''),
    COALESCE(x_line_item_type, ''),
    COALESCE(x_service_code, ''),
    COALESCE(x_usage_type, ''),
    COALESCE(charge_description, ''),
    billing_currency
FROM charges
WHERE x_class = 'entry' AND x_place IN ('usage', 'marketplace')
