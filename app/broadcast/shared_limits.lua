-- The limits of one credential, shared by every process: all windows are checked and charged together, or none.
-- Time is the database's, in microseconds, as whoever asks was told it. Keys: the meta hash, then one sorted set of
-- grants for each window. It counts only under the epoch that the database names; see limit_keeper.
local ask = cjson.decode(ARGV[1])
local meta = KEYS[1]
local function text(x) return string.format('%.0f', x) end
local function field(name) return tonumber(redis.call('HGET', meta, name) or nil) end

local function server()
  -- A restart from a file, or a replica that was made the first, may lack what was granted last.
  local info = redis.pcall('INFO', 'server')
  return type(info) == 'string' and string.match(info, 'run_id:(%x+)') or ''
end

local function grant(i, at, units, id)
  if redis.call('ZADD', KEYS[1 + i], text(at), id .. ':' .. units) == 1 then
    redis.call('HINCRBY', meta, 'used:' .. i, units)
  end
end

local function keep()
  local longest = 0
  for _, w in ipairs(ask.windows) do longest = math.max(longest, w.per) end
  for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, text(longest / 1000 + 3600000)) end
end

if ask.op == 'seed' then
  redis.call('DEL', unpack(KEYS))
  redis.call('HSET', meta, 'epoch', ask.epoch, 'server', server(), 'last', text(ask.now), 'hold', text(ask.hold))
  for i, w in ipairs(ask.windows) do
    if w.pace then
      redis.call('HSET', meta, 'tat:' .. i, text(ask.tats[i]))
    else
      for _, g in ipairs(ask.grants) do
        if g[1] >= ask.now - w.per then grant(i, g[1], g[2], g[3]) end
      end
    end
  end
  for _, low in ipairs(ask.caps) do
    redis.call('HSET', meta, 'cap:' .. low[1], text(low[2]), 'until:' .. low[1], text(low[3]))
  end
  keep()
  return {'ok'}
end

if redis.call('HGET', meta, 'epoch') ~= ask.epoch or redis.call('HGET', meta, 'server') ~= server() then
  return {'cold'}
end
for i, w in ipairs(ask.windows) do
  if not w.pace and (field('used:' .. i) or 0) > 0 and redis.call('EXISTS', KEYS[1 + i]) == 0 then return {'cold'} end
end
if ask.op == 'look' then return {'ok'} end

-- Questions overtake each other; a grant never gets older by that. Only a question whose time is fresh from the
-- database may move it.
local now = math.max(ask.now or 0, field('last') or 0)
redis.call('HSET', meta, 'last', text(now))

local function units_of(member) return tonumber(string.match(member, ':(%d+)$')) end

local function drop_old(i, w)
  local horizon = '(' .. text(now - w.per)
  local old = redis.call('ZRANGEBYSCORE', KEYS[1 + i], '-inf', horizon)
  if #old > 0 then
    local n = 0
    for _, member in ipairs(old) do n = n + units_of(member) end
    redis.call('HINCRBY', meta, 'used:' .. i, -n)
    redis.call('ZREMRANGEBYSCORE', KEYS[1 + i], '-inf', horizon)
  end
  local stop = field('until:' .. i)
  if stop and now >= stop then redis.call('HDEL', meta, 'cap:' .. i, 'until:' .. i) end
end

if ask.op == 'back' then
  for i, w in ipairs(ask.windows) do
    if w.pace then
      local tat = (field('tat:' .. i) or 0) - w.per / (w.limit - w.burst + 1) * ask.units
      redis.call('HSET', meta, 'tat:' .. i, text(math.max(now, tat)))
    elseif ask.id and redis.call('ZREM', KEYS[1 + i], ask.id .. ':' .. ask.units) == 1 then
      redis.call('HINCRBY', meta, 'used:' .. i, -ask.units)
    end
  end
  return {'ok'}
end

local held = field('hold') or 0
if ask.op == 'learn' then
  -- Downwards only: a hold is never shortened, a cap never raised.
  if ask.hold > held then redis.call('HSET', meta, 'hold', text(ask.hold)) end
  for _, low in ipairs(ask.lowers) do
    local i, w = low[1], ask.windows[low[1]]
    drop_old(i, w)
    local cap, lower = field('cap:' .. i) or w.limit, (field('used:' .. i) or 0) + math.max(0, low[2])
    if lower < cap then redis.call('HSET', meta, 'cap:' .. i, text(lower)) end
    if math.min(lower, cap) < w.limit then
      redis.call('HSET', meta, 'until:' .. i, text(math.max(field('until:' .. i) or 0, low[3])))
    end
  end
  return {'ok'}
end

for i, w in ipairs(ask.windows) do if not w.pace then drop_old(i, w) end end

-- When the oldest grants that are too many are over; huge where all together are not enough.
local function freed(i, w, excess)
  if excess <= 0 then return now end
  local oldest = redis.call('ZRANGE', KEYS[1 + i], 0, excess - 1, 'WITHSCORES')
  for n = 1, #oldest, 2 do
    excess = excess - units_of(oldest[n])
    if excess <= 0 then return math.max(now, tonumber(oldest[n + 1]) + w.per + 2) end
  end
  return math.huge
end

-- When a log lets `units` go, in absolute time; -1 never. What was lowered is whole again at its reset, if not before.
local function log_free(i, w)
  local kept, cap = ask.urgent and 0 or w.reserved, field('cap:' .. i)
  if ask.units > w.limit - kept then return -1 end
  local wanted = (field('used:' .. i) or 0) + ask.units
  local free = freed(i, w, wanted - math.max(0, (cap or w.limit) - kept))
  if not cap or free <= now then return free end
  return math.min(free, math.max(now + 1, field('until:' .. i) or 0, freed(i, w, wanted - (w.limit - kept))))
end

local function pace_free(i, w)
  local spacing, burst = w.per / (w.limit - w.burst + 1), w.burst
  if not ask.urgent then burst = burst - w.kept end
  local tat = field('tat:' .. i) or 0
  if ask.units > burst then return tat end
  return tat + spacing * ask.units - spacing * burst
end

local starts, at, wait = {}, now, 0
while #starts < #ask.ids do
  local free = math.max(at, held)
  for i, w in ipairs(ask.windows) do
    local one = w.pace and pace_free(i, w) or log_free(i, w)
    if not w.pace and one < 0 then free = -1 break end
    free = math.max(free, one)
  end
  if free < 0 then wait = -1 break end
  if free > now + ask.within then wait = free - now break end
  at = free
  for i, w in ipairs(ask.windows) do
    if w.pace then
      local spacing = w.per / (w.limit - w.burst + 1)
      redis.call('HSET', meta, 'tat:' .. i, text(math.max(field('tat:' .. i) or 0, at) + spacing * ask.units))
    else
      -- Kept as late as it may start, so that it is forgotten late rather than early.
      grant(i, at + ask.late, ask.units, ask.ids[#starts + 1])
    end
  end
  starts[#starts + 1] = text(at)
end
keep()
return {'ok', text(wait), text(math.max(0, held - now)), unpack(starts)}
