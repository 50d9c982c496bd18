-- Nobody changes the members' plans until this publication is through; readers go on.
SELECT count(*) FROM (
    SELECT 1 FROM warehouse.coaching_schedule JOIN {members} USING (user_id)
    ORDER BY user_id FOR UPDATE OF coaching_schedule
) AS locked
