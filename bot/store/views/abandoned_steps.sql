-- One row a conversation that no person had a part in and whose last matter came to no end: the last question or step the client was shown.
SELECT
    SUBSTR(CAST(last.at AS VARCHAR(40)), 1, 10) AS day,
    last.channel AS channel,
    last.profile AS profile,
    stood.entry AS entry,
    stood.step AS step,
    last.at AS silent_since
FROM (
    SELECT
        conversation_id,
        MAX(id) AS last_id,
        MAX(CASE WHEN step IS NOT NULL AND entry IS NOT NULL THEN id END) AS stood_id,
        MAX(CASE WHEN kind IN ('completed', 'solved') THEN id END) AS ended_id,
        MAX(CASE WHEN kind IN ('handoff', 'person') THEN 1 ELSE 0 END) AS handed
    FROM outcomes
    WHERE conversation_id IS NOT NULL
    GROUP BY conversation_id
) AS spans
JOIN outcomes AS last ON last.id = spans.last_id
JOIN outcomes AS stood ON stood.id = spans.stood_id
WHERE spans.handed = 0 AND (spans.ended_id IS NULL OR spans.ended_id < spans.stood_id)
