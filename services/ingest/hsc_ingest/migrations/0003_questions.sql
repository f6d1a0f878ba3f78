-- How often a product was asked about, whether it has documents or not.
CREATE TABLE questions (
    product_id text COLLATE "C" PRIMARY KEY,
    asked bigint NOT NULL
);
