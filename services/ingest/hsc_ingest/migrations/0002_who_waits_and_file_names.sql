ALTER TABLE documents
    -- Until when somebody waits for it to be read; what a person asked for or gave is wanted for good.
    ADD COLUMN wanted_until timestamptz NOT NULL DEFAULT 'infinity',
    -- As it was uploaded: the title of last resort.
    ADD COLUMN file_name text NOT NULL DEFAULT '';
