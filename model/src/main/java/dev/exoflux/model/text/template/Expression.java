package dev.exoflux.model.text.template;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has a value. */
sealed interface Expression {

    Position at();

    /** The expressions directly inside of this one. */
    List<Expression> children();

    /** A constant written in the template. */
    record Literal(Object value, Position at) implements Expression {
        @Override
        public List<Expression> children() {
            return List.of();
        }
    }

    /** The text a {@code filter} or {@code set} block has rendered: what its filters start from. */
    record Captured(Position at) implements Expression {
        @Override
        public List<Expression> children() {
            return List.of();
        }
    }

    record Name(String name, Position at) implements Expression {
        @Override
        public List<Expression> children() {
            return List.of();
        }
    }

    record ListDisplay(List<Expression> items, Position at) implements Expression {
        @Override
        public List<Expression> children() {
            return items;
        }
    }

    record TupleDisplay(List<Expression> items, Position at) implements Expression {
        @Override
        public List<Expression> children() {
            return items;
        }
    }

    /** {@code keys} and {@code values} are of one length. */
    record DictDisplay(List<Expression> keys, List<Expression> values, Position at) implements Expression {
        @Override
        public List<Expression> children() {
            List<Expression> all = new ArrayList<>(keys);
            all.addAll(values);
            return all;
        }
    }

    record Attribute(Expression of, String name, Position at) implements Expression {
        @Override
        public List<Expression> children() {
            return List.of(of);
        }
    }

    record Item(Expression of, Expression index, Position at) implements Expression {
        @Override
        public List<Expression> children() {
            return List.of(of, index);
        }
    }

    record Slice(
            Expression of,
            @Nullable Expression start,
            @Nullable Expression stop,
            @Nullable Expression step,
            Position at)
            implements Expression {
        @Override
        public List<Expression> children() {
            return present(of, start, stop, step);
        }
    }

    record Call(Expression function, CallArguments arguments, Position at) implements Expression {
        @Override
        public List<Expression> children() {
            return arguments.with(function);
        }
    }

    record Filter(Expression input, String name, CallArguments arguments, Position at) implements Expression {
        @Override
        public List<Expression> children() {
            return arguments.with(input);
        }
    }

    record Test(Expression input, String name, CallArguments arguments, Position at) implements Expression {
        @Override
        public List<Expression> children() {
            return arguments.with(input);
        }
    }

    /** {@code +x} and {@code -x}. */
    record Sign(boolean negative, Expression operand, Position at) implements Expression {
        @Override
        public List<Expression> children() {
            return List.of(operand);
        }
    }

    record Not(Expression operand, Position at) implements Expression {
        @Override
        public List<Expression> children() {
            return List.of(operand);
        }
    }

    record Arithmetic(String operator, Expression left, Expression right, Position at) implements Expression {
        @Override
        public List<Expression> children() {
            return List.of(left, right);
        }
    }

    /** {@code and} and {@code or}, whose value is that of one operand. */
    record Logic(boolean and, Expression left, Expression right, Position at) implements Expression {
        @Override
        public List<Expression> children() {
            return List.of(left, right);
        }
    }

    /** {@code a ~ b ~ c}. */
    record Concatenation(List<Expression> parts, Position at) implements Expression {
        @Override
        public List<Expression> children() {
            return parts;
        }
    }

    /** {@code a < b <= c}: as many operators as operands after the first. */
    record Comparison(Expression first, List<String> operators, List<Expression> operands, Position at)
            implements Expression {
        @Override
        public List<Expression> children() {
            List<Expression> all = new ArrayList<>(operands);
            all.add(first);
            return all;
        }
    }

    record Conditional(
            Expression test, Expression then, @Nullable Expression otherwise, Position at) implements Expression {
        @Override
        public List<Expression> children() {
            return present(test, then, otherwise);
        }
    }

    private static List<Expression> present(@Nullable Expression... candidates) {
        List<Expression> all = new ArrayList<>();
        for (Expression candidate : candidates) {
            if (candidate != null) {
                all.add(candidate);
            }
        }
        return all;
    }
}
