-- Turns by day, channel, profile and what they came to.
SELECT
    SUBSTR(CAST(at AS VARCHAR(40)), 1, 10) AS day,
    channel,
    profile,
    kind,
    COUNT(*) AS turns,
    COUNT(DISTINCT conversation_id) AS conversations
FROM outcomes
GROUP BY SUBSTR(CAST(at AS VARCHAR(40)), 1, 10), channel, profile, kind
