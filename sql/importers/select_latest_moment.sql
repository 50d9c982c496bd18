-- One value: the latest time that an event can bear; a device's clock may be 5 minutes fast.
SELECT clock_timestamp() + interval '5 minutes'
