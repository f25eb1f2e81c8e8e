package dev.tidemark.benchmarks.load;

import dev.tidemark.benchmarks.load.Requests.Request;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What wrk is told in Lua. One request alone is wrk's own affair and costs it nothing; of several,
 * the texts are made ahead, and each run begins at a random place of the sequence, so that short
 * runs do not all ask for the same keys.
 */
final class LuaScript {

    private static final String DONE =
            """
            done = function(summary, latency, requests)
              local e = summary.errors
              io.write(string.format("tidemark requests=%d micros=%d failures=%d\\n",
                summary.requests, summary.duration, e.connect + e.read + e.write + e.status + e.timeout))
            end
            """;

    private LuaScript() {}

    static String text(Requests requests) {
        StringBuilder lua = new StringBuilder();
        for (String field : requests.fields()) {
            int colon = field.indexOf(':');
            // Two brackets in a row would begin a string of their own.
            lua.append("wrk.headers[ ")
                    .append(quoted(field.substring(0, colon)))
                    .append(" ] = ")
                    .append(quoted(field.substring(colon + 1).strip()))
                    .append('\n');
        }
        if (requests.sequence().size() == 1) {
            one(lua, requests.sequence().getFirst());
        } else {
            many(lua, requests);
        }
        return lua.append(DONE).toString();
    }

    private static void one(StringBuilder lua, Request request) {
        lua.append("wrk.method = ").append(quoted(request.method())).append('\n');
        lua.append("wrk.path = ").append(quoted(request.target())).append('\n');
        if (!request.body().isEmpty()) {
            lua.append("wrk.body = ").append(quoted(request.body())).append('\n');
        }
    }

    /** Each text once, and a sequence of their numbers: Lua has a bound on constants of a chunk. */
    private static void many(StringBuilder lua, Requests requests) {
        Map<Request, Integer> numbers = new LinkedHashMap<>();
        requests.sequence().forEach(request -> numbers.putIfAbsent(request, numbers.size() + 1));
        lua.append("local lines = [[\n");
        numbers.keySet()
                .forEach(request ->
                        lua.append(request.method())
                                .append('\t')
                                .append(request.target())
                                .append('\t')
                                .append(request.body())
                                .append('\n'));
        lua.append("]]\nlocal order = [[\n");
        for (Request request : requests.sequence()) {
            lua.append(numbers.get(request)).append('\n');
        }
        lua.append(
                """
                ]]
                local texts, sequence, at = {}, {}, 0
                init = function(args)
                  for method, path, body in lines:gmatch("([^\\t\\n]+)\\t([^\\t\\n]+)\\t([^\\n]*)\\n") do
                    texts[#texts + 1] = wrk.format(method, path, nil, body ~= "" and body or nil)
                  end
                  for number in order:gmatch("%d+") do
                    sequence[#sequence + 1] = tonumber(number)
                  end
                  math.randomseed(os.time())
                  at = math.random(#sequence) - 1
                end
                request = function()
                  at = at % #sequence + 1
                  return texts[sequence[at]]
                end
                """);
    }

    /** A long bracket takes anything as it is. */
    private static String quoted(String text) {
        if (text.contains("]==]")) {
            throw new IllegalArgumentException("not for Lua: " + text);
        }
        return "[==[" + text + "]==]";
    }
}
