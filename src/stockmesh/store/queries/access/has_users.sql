-- Whether there is any user.
SELECT EXISTS (SELECT FROM access_user) AS found
