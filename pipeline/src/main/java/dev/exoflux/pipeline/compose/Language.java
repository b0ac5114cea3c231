package dev.exoflux.pipeline.compose;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.lang.Character.UnicodeScript;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Languages that are told from each other: by their script, and those that share the Latin one by words that hardly a sentence
 * does without. No model of languages: a library that has one weighs more than the rest of the house.
 */
@SuppressWarnings("ImmutableEnumChecker") // the sets are immutable: Set.of
enum Language {
    AR(UnicodeScript.ARABIC),
    DE("der die und das ist nicht ein eine zu den mit sich von auf für im dem auch es ich wir sie wird sind"),
    EL(UnicodeScript.GREEK),
    EN("the of and to is that it was for on are with as this be have you not by from they we which"),
    ES("el los las que y es por una para con del lo más como pero su al está muy hay sin"),
    FR("le les et est des une du que dans pour qui pas sur plus avec ce il au vous nous sont mais"),
    HE(UnicodeScript.HEBREW),
    HI(UnicodeScript.DEVANAGARI),
    IT("il di che è la per una sono con non del si le dei della più anche gli ma nel questo"),
    JA(UnicodeScript.HIRAGANA, UnicodeScript.KATAKANA, UnicodeScript.HAN),
    KO(UnicodeScript.HANGUL),
    NL("de het een van en is dat niet op te zijn voor met die aan er ook als maar om dit wordt"),
    PT("o os que e não uma para com do da em um mais por as no na é ao dos como mas"),
    RU(UnicodeScript.CYRILLIC),
    TH(UnicodeScript.THAI),
    ZH(UnicodeScript.HAN);

    /** Letters, and common words, below which nothing is told. */
    private static final int LEAST_LETTERS = 8;

    private static final int LEAST_WORDS = 3;

    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}]+");

    private final Set<UnicodeScript> scripts;
    private final Set<String> words;

    Language(UnicodeScript... scripts) {
        this.scripts = Set.of(scripts);
        this.words = Set.of();
    }

    Language(String words) {
        this.scripts = Set.of(UnicodeScript.LATIN);
        this.words = Set.of(words.split(" "));
    }

    static Language require(String code) {
        return Arrays.stream(values())
                .filter(language -> language.code().equals(code))
                .findFirst()
                .orElseThrow(() -> new ExofluxException(ErrorCode.UNSUPPORTED, """
                        The language %s is not told from others.
                        Maybe let a model judge it; without one these are: %s.""".formatted(
                        code, Arrays.stream(values()).map(Language::code).collect(Collectors.joining(", ")))));
    }

    private String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a text is long enough to tell, and in another language. */
    boolean isExcludedBy(String text) {
        Map<UnicodeScript, Integer> letters = letters(text);
        int all = letters.values().stream().mapToInt(Integer::intValue).sum();
        if (all < LEAST_LETTERS) {
            return false;
        }
        int own = scripts.stream()
                .mapToInt(script -> letters.getOrDefault(script, 0))
                .sum();
        if (own * 2 < all) {
            return true;
        }
        if (this == ZH || this == JA) {
            // Japanese is full of Han, and Chinese has no kana
            int kana =
                    letters.getOrDefault(UnicodeScript.HIRAGANA, 0) + letters.getOrDefault(UnicodeScript.KATAKANA, 0);
            return (kana * 10 < all) == (this == JA);
        }
        return !words.isEmpty() && isOtherLatin(text);
    }

    private static Map<UnicodeScript, Integer> letters(String text) {
        Map<UnicodeScript, Integer> letters = new EnumMap<>(UnicodeScript.class);
        text.codePoints()
                .filter(Character::isLetter)
                .forEach(letter -> letters.merge(UnicodeScript.of(letter), 1, Integer::sum));
        return letters;
    }

    private boolean isOtherLatin(String text) {
        String[] said = BETWEEN_WORDS.split(text.toLowerCase(Locale.ROOT));
        long own = common(said);
        long most = Arrays.stream(values())
                .mapToLong(language -> language.common(said))
                .max()
                .orElse(0);
        return most >= LEAST_WORDS && own < most;
    }

    private long common(String[] said) {
        return Arrays.stream(said).filter(words::contains).count();
    }
}
