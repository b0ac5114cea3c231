package dev.exoflux.dsl;

import dev.exoflux.dsl.definition.Main;
import dev.exoflux.dsl.definition.PlacedModel;
import dev.exoflux.dsl.definition.Trit;
import dev.exoflux.pipeline.placement.Strategy;
import java.util.List;

/**
 * A model that answers, and where it runs: by default with the trit 0, on any peers, as the planner finds best. Immutable.
 *
 * @see PlacedModel
 */
public final class ModelSentence {

    private final Main main;

    private ModelSentence(Main main) {
        this.main = main;
    }

    /** A branch whose model is to be named. */
    public static final class Start {

        Start() {}

        /** The model, by its id. */
        public ModelSentence model(String id) {
            return new ModelSentence(new Main(PlacedModel.anywhere(id)));
        }
    }

    /** Its part in the balance of a triad, or of the voices of a fan-out. */
    public ModelSentence trit(Trit trit) {
        return new ModelSentence(new Main(trit, main.placed()));
    }

    /** On how many peers. */
    public ModelSentence stages(int stages) {
        return placed(main.placed().withStages(stages));
    }

    /** How it is split. */
    public ModelSentence strategy(Strategy strategy) {
        return placed(main.placed().withStrategy(strategy));
    }

    /** Peers, by name or label, that it may run on. */
    public ModelSentence on(String... peers) {
        return placed(main.placed().withPeers(List.of(peers)));
    }

    Main main() {
        return main;
    }

    private ModelSentence placed(PlacedModel placed) {
        return new ModelSentence(new Main(main.trit(), placed));
    }
}
