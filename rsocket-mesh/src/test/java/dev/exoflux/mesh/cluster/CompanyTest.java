package dev.exoflux.mesh.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

final class CompanyTest {

    private long now = 1_000_000;

    private final Company company = new Company(new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(now);
        }
    });

    @Test
    void oneThatLosesAllOthersIsCutOffForAWhile() {
        company.seen(1);
        company.seen(4);
        now += 60_000;
        assertThat(company.isCutOff()).isFalse();
        company.seen(3);
        now += 100;
        assertThat(company.isCutOff()).as("one of four is lost").isFalse();
        company.seen(1);
        now += Company.PATIENCE.toMillis() - 200;
        assertThat(company.isCutOff()).isTrue();
        now += 1000;
        assertThat(company.isCutOff()).as("they do not come back").isFalse();
    }

    @Test
    void halfOfThemIsCompanyEnough() {
        company.seen(4);
        company.seen(2);
        assertThat(company.isCutOff()).isFalse();
        company.seen(4);
        now += 60_000;
        company.seen(1);
        assertThat(company.isCutOff()).isTrue();
        company.seen(4);
        assertThat(company.isCutOff()).as("they are back").isFalse();
    }
}
