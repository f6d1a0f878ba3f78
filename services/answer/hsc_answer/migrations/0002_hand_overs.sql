-- An answer is handed to a person once; nothing of what was said on that way is kept, the contact least of all.
CREATE TABLE hand_overs (
    answer_id    text PRIMARY KEY REFERENCES answers ON DELETE CASCADE,
    hand_over_id text NOT NULL,
    asked_at     timestamptz NOT NULL DEFAULT now(),
    -- When the help desk took it; NULL until then.
    delivered_at timestamptz
);
