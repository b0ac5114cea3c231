package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.pipeline.CacheBudget.Lease;
import org.junit.jupiter.api.Test;

/** Ten blocks of 16 positions, a byte each. */
final class CacheBudgetTest {

    private final CacheBudget budget = new CacheBudget(165, new CacheCost(1, 16));

    @Test
    void countsWholeBlocks() {
        assertThat(budget.everFits(160)).isTrue();
        assertThat(budget.everFits(161)).isFalse();
        Lease lease = budget.reserve(17, null, 0);
        assertThat(budget.reservedBytes()).isEqualTo(32);
        assertThat(budget.fits(128, 0)).isTrue();
        assertThat(budget.fits(129, 0)).isFalse();
        assertThat(budget.fits(145, 15)).isFalse();
        assertThat(budget.fits(145, 32)).isTrue();
        lease.leave();
        assertThat(budget.reservedBytes()).isEqualTo(32);
        assertThat(budget.fits(160, 0)).isFalse();
        assertThat(budget.willFit(160, 0)).isTrue();
        lease.release();
        assertThat(budget.reservedBytes()).isZero();
    }

    @Test
    void countsWhatIsSharedOnceAndAsLongAsAnybodyHoldsIt() {
        Lease source = budget.reserve(100, null, 0);
        source.retain(50);
        assertThat(budget.reservedBytes()).isEqualTo(64).isEqualTo(budget.retainedBytes());
        Lease fork = budget.reserve(64, source, 50);
        assertThat(budget.reservedBytes()).isEqualTo(64 + 16);

        source.leave();
        assertThat(budget.retainedBytes()).isZero();
        assertThat(budget.willFit(96, 0))
                .as("all but the four that the fork holds")
                .isTrue();
        assertThat(budget.willFit(97, 0)).isFalse();
        source.release();
        assertThat(budget.reservedBytes()).isEqualTo(64);
        fork.retain(20);
        assertThat(budget.reservedBytes()).isEqualTo(32).isEqualTo(budget.retainedBytes());
        fork.leave();
        fork.release();
        assertThat(budget.reservedBytes()).isZero();
    }

    @Test
    void countsOnceWhatSeveralRetain() {
        Lease first = budget.reserve(40, null, 0);
        Lease second = budget.reserve(40, first, 40);
        first.retain(40);
        second.retain(40);
        assertThat(budget.retainedBytes()).isEqualTo(64);
        first.leave();
        first.release();
        assertThat(budget.retainedBytes()).isEqualTo(48).isEqualTo(budget.reservedBytes());
    }

    @Test
    void givesBackWhatALaterForkNeedsNoMore() {
        Lease early = budget.reserve(64, null, 0);
        Lease lease = budget.reserve(64, early, 16);
        Lease late = budget.reserve(64, early, 16);
        assertThat(budget.reservedBytes()).isEqualTo(160);
        lease.share(late, 48);
        assertThat(budget.reservedBytes()).isEqualTo(128);
        for (Lease any : new Lease[] {early, late, lease}) {
            any.leave();
            any.release();
        }
        assertThat(budget.reservedBytes()).isZero();
        assertThat(budget.willFit(160, 0)).isTrue();
    }
}
