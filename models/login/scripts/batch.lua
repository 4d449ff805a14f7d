-- Makes one move of several logins, since a command of its own for each costs Redis and its client more than the move.
-- Each is made as if alone: one that fails leaves the others as they are. What Redis refuses as a whole (OOM, READONLY) is
-- the whole answer, for its client to see: whatever was made before is safe to make again.
-- KEYS logins   ARGV: how many arguments each has, then those of the first, of the second …
local time = redis.call('TIME')
local milliseconds = time[1] * 1000 + math.floor(time[2] / 1000)
-- Redis's own clock stands still while a script runs.
local function clock(offset) return milliseconds + offset end

-- How a login may end well (models/login/status.ts).
local isGood = {}
for status in string.gmatch('GOOD_ENDS', '%a+') do isGood[status] = true end

-- A number as text: Redis would make one itself, which before 7.2 takes some thousand instructions for a time in ms.
local function whole(number) return string.format('%d', number) end

local announcements = {}
-- Told to every ingress once all moves are made.
local function announce(channel, text)
  local told = announcements[channel] or {}
  told[#told + 1] = text
  announcements[channel] = told
end

-- Counts the codes of a browser that WeChat refused. The braces of the login's key keep it in the same slot.
local function refusedBy(login, browser) return (string.gsub(login, 'login:%x+$', '') .. 'refused:' .. browser) end

--[[ unbound since ]]

local function move(KEYS, ARGV)
--[[ the move ]]
end

local each = tonumber(ARGV[1])
local replies, refusal = {}, nil
for n = 1, #KEYS do
  local done, reply = pcall(move, { KEYS[n] }, { unpack(ARGV, 2 + (n - 1) * each, 1 + n * each) })
  if done then
    replies[n] = reply or false
  else
    local message = type(reply) == 'table' and reply.err or tostring(reply)
    -- Redis 6.2 puts the place before it.
    message = string.match(message, '^@user_script: %d+: %-(%u%u+ .*)') or message
    replies[n] = { err = message }
    local code = string.match(message, '^(%u%u+) ')
    if code and code ~= 'ERR' and code ~= 'WRONGTYPE' then
      refusal = replies[n]
      break
    end
  end
end
for channel, told in pairs(announcements) do
  -- A page that is not told reads its record by and by: no reason to call the moves failed.
  redis.pcall('PUBLISH', channel, '[' .. table.concat(told, ',') .. ']')
end
return refusal or replies
