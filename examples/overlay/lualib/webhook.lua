--- Where notifications go: the URL of a Slack incoming webhook, "https://hooks.slack.com/services/…". Whoever knows
--- it can write there, so keep it in an overlay of its own that only the CPI's user can read. nil: nobody is told.

return { url = nil }
