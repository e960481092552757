package ai.graft.serving.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Several ways to do the same work, turn by turn in every round, so that what else the machine does hits all alike. The first
 * is what the others are compared with.
 *
 * @param runners who takes part
 * @param unmeasured runs at the beginning of each turn that do not count: they bring a runner's weights back into the caches
 * @param repeats runs of a turn that count, 1 or more
 * @param clock nanoseconds
 * @param processor nanoseconds of all threads of this process
 */
record Race(List<Runner> runners, int unmeasured, int repeats, LongSupplier clock, LongSupplier processor) {

    /** By this machine's clock and this process's time on its processors, which the system counts to a hundredth of a second. */
    static Race of(List<Runner> runners, int unmeasured, int repeats) {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new Race(runners, unmeasured, repeats, System::nanoTime, system::getProcessCpuTime);
    }

    /** Who takes part: a name, and what one run does. */
    record Runner(String name, Runnable work) {}

    /**
     * What one of them did.
     *
     * @param millis of each run, in milliseconds
     * @param cpuMillis processor time of a run, all threads counted: a value a round
     * @param speedup over the first runner in the same round, by the clock
     * @param cpuSpeedup the same of processor time: on a machine that does other work, whoever has more threads gets more of
     *     it, and only this tells who needs less
     */
    record Result(String name, Sample millis, Sample cpuMillis, Sample speedup, Sample cpuSpeedup) {
        ObjectNode toJson() {
            ObjectNode json = JsonNodeFactory.instance.objectNode().put("name", name);
            json.set("millis", millis.toJson());
            json.set("cpu_millis", cpuMillis.toJson());
            json.set("speedup", speedup.toJson());
            json.set("cpu_speedup", cpuSpeedup.toJson());
            return json;
        }
    }

    /** What a runner did in a round: nanoseconds of its runs, and of the processor in all of them. */
    private record Turn(List<Long> runs, long processor) {
        long sum() {
            return runs.stream().mapToLong(Long::longValue).sum();
        }
    }

    /**
     * Runs the rounds.
     *
     * @param warmUp rounds before the first that counts
     * @param rounds that count, 1 or more
     * @return a result each runner, in their order
     */
    List<Result> run(int warmUp, int rounds) {
        List<List<Turn>> turns = new ArrayList<>(); // by round, then runner
        for (int round = -warmUp; round < rounds; round++) {
            List<Turn> now = runners.stream().map(this::turn).toList();
            if (round >= 0) {
                turns.add(now);
            }
        }
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < runners.size(); i++) {
            results.add(result(i, turns));
        }
        return results;
    }

    private Turn turn(Runner runner) {
        for (int i = 0; i < unmeasured; i++) {
            runner.work().run();
        }
        List<Long> runs = new ArrayList<>();
        long processed = processor.getAsLong();
        for (int i = 0; i < repeats; i++) {
            long start = clock.getAsLong();
            runner.work().run();
            runs.add(Math.max(1, clock.getAsLong() - start));
        }
        return new Turn(runs, Math.max(1, processor.getAsLong() - processed)); // 0 is less than can be told
    }

    private Result result(int index, List<List<Turn>> rounds) {
        List<Double> millis = new ArrayList<>();
        List<Double> cpu = new ArrayList<>();
        List<Double> speedup = new ArrayList<>();
        List<Double> cpuSpeedup = new ArrayList<>();
        for (List<Turn> round : rounds) {
            Turn first = round.get(0);
            Turn own = round.get(index);
            own.runs().forEach(nanos -> millis.add(nanos / 1e6));
            cpu.add(own.processor() / 1e6 / repeats);
            speedup.add((double) first.sum() / own.sum());
            cpuSpeedup.add((double) first.processor() / own.processor());
        }
        return new Result(
                runners.get(index).name(),
                new Sample(millis),
                new Sample(cpu),
                new Sample(speedup),
                new Sample(cpuSpeedup));
    }
}
