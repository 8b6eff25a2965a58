-- The limits of one credential, shared by every process: all windows are checked and charged together, or none.
-- Time is this server's own, in microseconds. Keys: the meta hash, then one sorted set of grants for each window.
local ask = cjson.decode(ARGV[1])
local meta = KEYS[1]
local function text(x) return string.format('%.0f', x) end
local function field(name) return tonumber(redis.call('HGET', meta, name) or nil) end

local now = ask.now
if not now then
  local t = redis.call('TIME')
  now = tonumber(t[1]) * 1000000 + tonumber(t[2])
end
now = math.max(now, field('last') or 0) -- a clock that went back must not make a grant older than it is
redis.call('HSET', meta, 'last', text(now))

local function close()
  for i = 2, #KEYS do redis.call('DEL', KEYS[i]) end
  for i, w in ipairs(ask.windows) do redis.call('HDEL', meta, 'used:' .. i, 'tat:' .. i) end
  redis.call('HDEL', meta, 'given')
  redis.call('HSET', meta, 'limiter_epoch', ask.token, 'cold_at', text(now))
  return {'cold', text(ask.quarantine), ask.token}
end

-- No epoch: a cold or flushed server. That is not a full bucket; nothing goes until the grants are laid again.
local epoch = redis.call('HGET', meta, 'limiter_epoch')
if not epoch or ask.op == 'close' then return close() end
for i, w in ipairs(ask.windows) do
  if not w.pace and (field('used:' .. i) or 0) > 0 and redis.call('EXISTS', KEYS[1 + i]) == 0 then return close() end
end

local function grant(i, at, units, id)
  if redis.call('ZADD', KEYS[1 + i], text(at), id .. ':' .. units) == 1 then
    redis.call('HINCRBY', meta, 'used:' .. i, units)
  end
end

local cold_at = field('cold_at')
if cold_at then
  local left = cold_at + ask.quarantine - now
  if left > 0 then return {'cold', text(left), epoch} end
  if ask.op ~= 'seed' or ask.token ~= epoch then return {'seed', '0', epoch} end
  for i, w in ipairs(ask.windows) do
    if w.pace then
      redis.call('HSET', meta, 'tat:' .. i, text(now + w.per / (w.limit - w.burst + 1)))
    else
      for _, g in ipairs(ask.grants) do
        if g[1] <= w.per then grant(i, now - g[1], g[2], g[3]) end
      end
    end
  end
  redis.call('HDEL', meta, 'cold_at')
  return {'warm'}
end
if ask.op == 'seed' then return {'warm'} end

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
  if now + ask.hold > held and ask.hold > 0 then redis.call('HSET', meta, 'hold', text(now + ask.hold)) end
  for _, low in ipairs(ask.lowers) do
    local i, w = low[1], ask.windows[low[1]]
    drop_old(i, w)
    local cap, lower = field('cap:' .. i) or w.limit, (field('used:' .. i) or 0) + math.max(0, low[2])
    if lower < cap then redis.call('HSET', meta, 'cap:' .. i, text(lower)) end
    if math.min(lower, cap) < w.limit then
      redis.call('HSET', meta, 'until:' .. i, text(math.max(field('until:' .. i) or 0, now + low[3])))
    end
  end
  return {'ok'}
end

for i, w in ipairs(ask.windows) do if not w.pace then drop_old(i, w) end end

-- When a log lets `units` go, in absolute time; -1 never.
local function log_free(i, w)
  local cap, most = field('cap:' .. i) or w.limit, w.limit
  if not ask.urgent then cap, most = math.max(0, cap - w.reserved), w.limit - w.reserved end
  if ask.units > most then return -1 end
  local excess = (field('used:' .. i) or 0) + ask.units - cap
  if excess <= 0 then return now end
  local oldest = redis.call('ZRANGE', KEYS[1 + i], 0, excess - 1, 'WITHSCORES')
  for n = 1, #oldest, 2 do
    excess = excess - units_of(oldest[n])
    if excess <= 0 then return math.max(now, tonumber(oldest[n + 1]) + w.per + 2) end
  end
  return math.max(now + 1, field('until:' .. i) or 0)
end

local function pace_free(i, w)
  local spacing, burst = w.per / (w.limit - w.burst + 1), w.burst
  if not ask.urgent and burst > 1 then burst = burst - 1 end
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
  starts[#starts + 1] = text(at - now)
end
for i, w in ipairs(ask.windows) do
  if not w.pace then redis.call('PEXPIRE', KEYS[1 + i], text(w.per / 1000 + 3600000)) end
end
local given = redis.call('HINCRBY', meta, 'given', #starts)
return {'ok', text(wait), text(math.max(0, held - now)), text(given), epoch, unpack(starts)}
