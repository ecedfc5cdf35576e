-- What clients think, by day, channel and matter.
SELECT
    SUBSTR(CAST(at AS VARCHAR(40)), 1, 10) AS day,
    channel,
    entry,
    COUNT(*) AS ratings,
    COUNT(CASE WHEN solved = 'tak' THEN 1 END) AS solved,
    COUNT(CASE WHEN solved = 'czesciowo' THEN 1 END) AS partly,
    COUNT(CASE WHEN solved = 'nie' THEN 1 END) AS unsolved,
    COUNT(score) AS scores,
    COALESCE(SUM(score), 0) AS score_sum
FROM ratings
GROUP BY SUBSTR(CAST(at AS VARCHAR(40)), 1, 10), channel, entry
