package dev.exoflux.shell;

import java.util.LinkedHashSet;
import java.util.List;
import org.springframework.shell.core.command.CommandRegistry;

/** Every command there is. */
final class Commands {

    private Commands() {}

    static CommandRegistry all(Console console) {
        return new CommandRegistry(new LinkedHashSet<>(List.of(
                new ServeCommand(console),
                new ChatCommand(console),
                new ModelsCommand(console),
                new RandomModelCommand(console),
                new PlanCommand(console),
                new ValidateCommand(console),
                new ExplainCommand(console),
                new PipelinesCommand(console),
                new FlowCommand(console),
                new PeersCommand(console),
                new TopologyCommand(console),
                new PlacementsCommand(console),
                new DeployCommand(console),
                new UndeployCommand(console),
                new BenchCommand(console),
                new DoctorCommand(console),
                new TrainStartUpCommand(console))));
    }
}
