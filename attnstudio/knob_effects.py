"""What comes of turning each knob of a run, and when to leave it alone; in words for everybody.

Its label and its one line of help stand where it is declared, in `attnstudio.config` and beside it.
The words are the same throughout: a *piece* is a part of a word that the model knows; an *update*
is one small change of the model; a *pass* is once through all training sentences; a *test* is a
look at how well it does on sentences that it never learns from.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_MODEL_SIZE = (
    "Higher: it can learn more, needs more sentences, time and memory. Lower: quicker, but coarser."
)
_DROPOUT = (
    "Raise it where sentences are few and results on new ones become worse again; lower it where "
    "there are very many."
)

EFFECTS: Mapping[str, str] = MappingProxyType(
    {
        "limits.max_steps": "Only for trying something out; leave it empty else.",
        "limits.max_minutes": "To learn as well as it can within that time, set a time budget "
        "instead.",
        "limits.max_epochs": "Leave it empty: most trainings end by patience or a time budget.",
        "training.budget_minutes": "Longer is mostly better, until it learns nothing more. Leave "
        "it empty to stop by patience.",
        "training.patience": "Higher: it waits longer for late progress. Lower: it ends sooner. "
        "10 suits most.",
        "training.wait_for_alignment": "On: words are linked better where gold links, or those "
        "found in the text, can tell, and it takes longer. Translations gain nothing.",
        "model.attention": "Additive is the easiest to read. Leave it as the preset has it.",
        "model.cell": "gru is quicker and mostly as good; lstm now and then better on long "
        "sentences.",
        "model.layers": "More: subtler, but slower and harder to train. 1 or 2 suit most.",
        "model.embedding_size": "Higher: finer shades of meaning, with enough sentences. Leave it "
        "alone at first.",
        "model.hidden_size": _MODEL_SIZE,
        "model.coverage": "Meant against words that are said twice or forgotten, slower; fertility "
        "learns how many words each becomes. Leave it at none.",
        "model.input_feeding": "On: fewer words are translated twice or forgotten, a little "
        "slower. Leave it on.",
        "model.dropout": _DROPOUT,
        "model.encoder_layers": "More: long sentences are understood better, slower. 3 suit a "
        "laptop, 6 a graphics card.",
        "model.decoder_layers": "More: better sentences, but translating becomes slower too. 3 "
        "suit a laptop.",
        "model.model_size": _MODEL_SIZE,
        "model.heads": "More: more things can be looked at at once, each more coarsely. 4 or 8 "
        "suit a Transformer, 1 a recurrent model.",
        "model.score": "scaled_dot is the usual one; additive is slow here. Leave it alone at "
        "first.",
        "model.positions": "sinusoidal suits most. learnt: nothing beyond the longest sentence "
        "met. none: order tells only in writing. The others know distances.",
        "model.norm": "pre trains surely with few layers. deep is made for 24 and more; post, the "
        "first way, is less sure.",
        "model.own_reach": "window: less time and memory on long texts, and far words count less. "
        "span: each head learns how far. all suits most.",
        "model.source_reach": "window: for languages with the same order of words. predicted: it "
        "learns around which place. all suits most.",
        "model.window": "Higher: more is seen, slower on long texts. It counts only where a reach "
        "is not all.",
        "model.normaliser": "sparsemax and entmax leave most words out: clearer to read, slower. "
        "linear is for very long texts. Leave it alone at first.",
        "model.feedforward_size": "Higher: it can store more, slower. Lower: quicker. Four times "
        "the model size suits most.",
        "model.attention_dropout": "Leave it at 0; with very few sentences 0.1 may help.",
        "guidance.weight": "tiny and small teach it: with 3,000 pairs BLEU is 19.5, not 18.3, 4 % "
        "slower. bahdanau lost 2.7 and does not.",
        "guidance.most_pairs": "Raise it if you can wait: finding links takes seconds for a "
        "thousand pairs, minutes for 30,000.",
        "guidance.links": "both suits most. given shows whether people's links alone are enough.",
        "guidance.layers_after": "The last one knows most of the sentence. Leave it empty.",
        "guidance.head": "All heads can learn it alike. Leave it at 0.",
        "guidance.step": "Once a word is known its links are surer. Leave it at auto.",
        "training.batch_tokens": "Higher: steadier steps, more memory, each takes longer. Lower it "
        "where memory is short.",
        "training.accumulation": "More: as if the batch were that much larger, without more "
        "memory, but slower.",
        "training.learning_rate": "Too high: the loss jumps or never falls. Too low: it learns "
        "very slowly. Leave it alone at first.",
        "training.schedule": "inverse_sqrt suits training without a fixed end; linear one whose "
        "length is known.",
        "training.warmup_steps": "More: a gentler start; raise it if the loss jumps in the "
        "beginning. Fewer: quicker off.",
        "training.horizon_steps": "Only for the linear schedule. Leave it empty with a time "
        "budget, which sets it by itself.",
        "training.adam_beta2": "Lower it a little, to 0.95, only if the loss jumps. Leave it "
        "alone.",
        "training.weight_decay": "Higher: less is learnt by heart, but also less at all. Leave it "
        "alone.",
        "training.gradient_clip": "Lower: a single odd batch does less harm, but learning is "
        "slower. Leave it at 1.",
        "training.average_decay": "0.999 makes translations steadier, with a little more memory. "
        "Leave it as the preset has it.",
        "training.dropout_epochs": "Higher: quicker at first, when nothing repeats yet. Leave it "
        "as the preset has it.",
        "training.label_smoothing": "Higher: less sure of itself, often better translations, less "
        "telling probabilities. 0.1 suits most.",
        "training.source_masking": "0.1 to 0.2: when you mask a word later, to see what it counts "
        "for, the model knows such gaps. On the sample 0.15 cost 3 BLEU of 91.",
        "training.max_sentence_tokens": "Higher: long sentences are learnt as well, with far more "
        "memory. Lower: quicker.",
        "training.validate_every": "Smaller: the curves have more points, but training waits more "
        "often.",
        "training.validation_pairs": "More: surer scores, longer waits. Fewer: quicker, but they "
        "vary more.",
        "training.decoded_pairs": "More: a surer BLEU, much longer waits. Fewer: quicker. 0: no "
        "BLEU at all.",
        "training.watch_sentences": "More: more to look at, and more room on the disk.",
        "training.best_metric": "loss is steadier; bleu asks how good the translations are, but "
        "jumps.",
        "training.report_every": "Smaller: a finer curve. It changes nothing of what is learnt.",
        "training.checkpoint_minutes": "Shorter: less is lost if the computer stops, with more "
        "writing to the disk.",
        "training.keep_checkpoints": "More: you can go back further, with more room on the disk.",
        "training.seed": "Another number gives another run that is as good on average. Leave it "
        "alone, or vary it to see how much is chance.",
        "training.device": "A graphics card (cuda, mps) is many times quicker. Leave it at auto.",
        "training.precision": "bf16: quicker where the machine can, a trace less exact. Leave it "
        "at auto.",
        "training.threads": "More are quicker up to the number of cores, but other programs have "
        "less. Leave it at 0.",
        "training.adapt_threads": "Off: two runs are the same to the last digit, but slower beside "
        "other work. Leave it on.",
        "training.sharding": "full: for a model that is too large for one device; each update "
        "takes longer. Leave it at none else, and with one process.",
        "tokenizer.kind": "unigram and bpe suit all languages; word needs large corpora, char is "
        "slow. Leave it alone.",
        "tokenizer.vocabulary_size": "More: fewer cuts within words, a larger model. Fewer: rare "
        "words are easier to put together.",
        "tokenizer.shared": "Good for languages with the same letters; turn it off for others, "
        "such as English and Chinese.",
        "tokenizer.byte_fallback": "Off: what is unknown becomes one sign for all. Leave it on.",
        "tokenizer.character_coverage": "Higher: rare characters have pieces of their own. Leave "
        "it at 0.",
        "tokenizer.sampling": "Helps where sentences are few, and takes longer to learn.",
        "tokenizer.sampling_alpha": "For unigram, lower means wilder cuts; for bpe, higher does. "
        "0.1 suits most.",
    }
)
