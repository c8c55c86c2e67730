-- Whether a message waits to be applied.
SELECT EXISTS (SELECT FROM shop_message WHERE state = 'waiting') AS waiting
