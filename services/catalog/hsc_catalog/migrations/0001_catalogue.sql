-- The one row that says which revision the catalogue is at, and from which revision on changes can still be told.
-- Whoever changes the catalogue locks it first, so revisions become visible in their order.
CREATE TABLE head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    revision bigint NOT NULL DEFAULT 0,
    horizon bigint NOT NULL DEFAULT 0
);
INSERT INTO head DEFAULT VALUES;

CREATE TABLE brands (
    brand_id text COLLATE "C" PRIMARY KEY,
    name text,
    hq text,
    founded text,
    website text,
    logo_url text,
    description text
);

-- A product is one row: documents and relationships are read and written with it, in the catalogue's order.
CREATE TABLE products (
    product_id text COLLATE "C" PRIMARY KEY,
    brand_id text COLLATE "C" NOT NULL REFERENCES brands,
    name text NOT NULL,
    category text COLLATE "C",
    sku text,
    url text,
    production_country text,
    image_url text,
    documents jsonb NOT NULL,
    relationships jsonb NOT NULL,
    -- The last in which it, its brand or its attachments changed.
    revision bigint NOT NULL
);
CREATE INDEX products_by_brand ON products (brand_id, product_id);
CREATE INDEX products_by_category ON products (category, product_id);
CREATE INDEX products_by_revision ON products (revision);

-- Products that are gone, for those who follow the changes.
CREATE TABLE removals (
    product_id text COLLATE "C" PRIMARY KEY,
    revision bigint NOT NULL
);
CREATE INDEX removals_by_revision ON removals (revision);

-- Documents that people attached. They are no part of a catalogue: they outlive its replacement, and wait for a product
-- that is gone to come back.
CREATE TABLE attachments (
    document_id text PRIMARY KEY,
    product_id text COLLATE "C" NOT NULL,
    type smallint NOT NULL,
    role smallint NOT NULL,
    language text NOT NULL,
    url text NOT NULL,
    attached_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX attachments_by_product ON attachments (product_id, attached_at);

-- What was answered to a request, so that the same request gets the same answer.
CREATE TABLE requests (
    request_id text PRIMARY KEY,
    payload_sha256 text NOT NULL,
    revision bigint NOT NULL,
    added integer NOT NULL,
    updated integer NOT NULL,
    removed integer NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX requests_by_age ON requests (at);
