-- The policies of one version that were ever published: never more than one.
SELECT DISTINCT w.body -> 'policy' AS policy
FROM world AS w
WHERE w.body -> 'policy' ->> 'version' = %(version)s
ORDER BY w.body -> 'policy'
