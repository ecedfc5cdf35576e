-- Conversations in which the client did something, by the day they began and by channel: how they ended.
SELECT
    talks.day,
    talks.channel,
    COUNT(*) AS conversations,
    COUNT(CASE WHEN talks.handed = 1 THEN 1 END) AS with_ticket,
    COUNT(CASE WHEN talks.handed = 0 AND talks.missed = 0 AND talks.ended = 1 THEN 1 END) AS finished,
    COUNT(CASE WHEN talks.handed = 0 AND talks.missed = 0 AND talks.ended = 0 THEN 1 END) AS quiet,
    COUNT(CASE WHEN talks.handed = 0 AND talks.missed = 1 THEN 1 END) AS missed
FROM (
    SELECT
        SUBSTR(CAST(first.at AS VARCHAR(40)), 1, 10) AS day,
        first.channel AS channel,
        CASE WHEN last.kind IN ('not_understood', 'out_of_scope', 'error') THEN 1 ELSE 0 END AS missed,
        spans.ended AS ended,
        CASE WHEN spans.handed = 1 OR EXISTS (SELECT 1 FROM tickets WHERE tickets.conversation_id = spans.conversation_id)
            THEN 1 ELSE 0 END AS handed
    FROM (
        SELECT
            conversation_id,
            MIN(id) AS first_id,
            MAX(id) AS last_id,
            MAX(CASE WHEN kind IN ('completed', 'solved') THEN 1 ELSE 0 END) AS ended,
            MAX(CASE WHEN kind IN ('handoff', 'person') THEN 1 ELSE 0 END) AS handed
        FROM outcomes
        WHERE conversation_id IS NOT NULL
        GROUP BY conversation_id
    ) AS spans
    JOIN outcomes AS first ON first.id = spans.first_id
    JOIN outcomes AS last ON last.id = spans.last_id
) AS talks
GROUP BY talks.day, talks.channel
