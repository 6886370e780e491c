-- +goose Up

-- What negations leave is found where commitments are applied, with the other
-- findings of a close, and no longer by the certificate.
UPDATE finding SET stage = 'close' WHERE stage = 'certify';
