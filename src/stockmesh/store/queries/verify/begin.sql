-- All checks see the books as of one instant, however long they take and whatever is placed meanwhile.
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY
