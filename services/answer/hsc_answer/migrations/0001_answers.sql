-- A receipt is one message (hsc.answer.v1.Answer): it is written once, read whole, and never searched inside.
CREATE TABLE answers (
    answer_id      text PRIMARY KEY,
    -- SHA-256: who reads the table must not be able to open a conversation.
    session_digest text NOT NULL,
    product_id     text NOT NULL,
    asked_at       timestamptz NOT NULL,
    receipt        bytea NOT NULL
);
CREATE INDEX answers_of_session ON answers (session_digest) WHERE session_digest <> '';

CREATE TABLE ratings (
    answer_id text PRIMARY KEY REFERENCES answers ON DELETE CASCADE,
    helpful   boolean NOT NULL,
    reason    text NOT NULL,
    rated_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ratings_newest ON ratings (rated_at DESC, answer_id DESC);
