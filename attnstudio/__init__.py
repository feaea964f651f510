"""Attention Studio: train an attention translator on your own machine and see what it looks at.

The line, from a file to a picture; each stage takes values and gives values::

    file ─▶ ParallelCorpus ─▶ Tokenizer ─▶ ParallelDataset ─▶ Trainer ══ TrainingEvent ══▶ History
                                                                 ▼
               Checkpoint ─▶ Translator ─▶ Translation, Record ─▶ Alignment, picture

The rooms, from the top down; each knows only those below it (``lint-imports`` checks)::

    __main__          `python -m attnstudio`
    cli/              the headless commands: shapes, output, one module a family
    gui/              the window; Qt, and nothing but this room knows it. A folder for each page has
                      its page.py, its widgets, tables and work: home, corpus, links, setup,
                      training, inspector, lab, comparing, translating; importing/ brings files to
                      them. shell/ stands around the pages: app.py builds it with the first page,
                      loading.py and dialogs.py bring all else behind it. studio/ knows what is open
                      and works behind the window (training_session: one training, comparing: one
                      after another, trainings_elsewhere: those of other programs);
                      charts/ (curves; dot_picture: kinds and seeds; heat_picture: numbers over a
                      training as colours, of layers and heads), widgets/ and look/ (colours, words)
                      draw values and know no studio
    project/          the folder on disk: project, run, checkpoint, recorder; who owns it
                      (ownership, marker, program), what a stranger's may not do (safety), what is
                      done while it cannot be written (holding), what it weighs and the trash;
                      corpus_links.py keeps the word links of a whole corpus (link_finding: finds
                      them, begun_links: the stages of those that are not all found; corrections:
                      those that a person made; standing_links: those elsewhere found),
                      word_list.py counts them, link_export.py writes them and link_findings.py
                      finds what is doubtful by them (translation_scores: which pairs are no
                      translations);
                      run_creation.py makes a run (taught: which head learns word links; guidance:
                      which links; finding_links: how far they are found), pipeline.py joins all
                      stages to train it (preparation: what stands before the first step, starting:
                      the trainer, also from a checkpoint; following: where another process
                      keeps what comes of it; joint_training: whether processes fit together,
                      launch: what torchrun starts once more), run_loading.py reads what came of
                      it, bulk.py translates many lines with it and evaluations.py scores it;
                      what_if.py reads a sentence
                      before and after a change (kept_changes: those that a person keeps by name),
                      piece_lengths.py says how long the sentences of a corpus are for a model,
                      head_ablation.py switches off each head in turn, trust_report.py and
                      trust_averages.py say how far attention can be trusted;
                      attention_numbers.py is what validations tell of heads, head_reading.py
                      what a checkpoint does; density_control.py cuts dense attention to the
                      places of a sparse one, worth.py says how well a changed model does;
                      document_translation.py fills documents with the links that put tags back;
                      engines.py says who translates: own_engine, or ctranslate2_engine without
                      torch (usable_run: weights are read on demand), for which converted_model.py
                      keeps a model (conversion);
                      exporting.py gathers a run for strangers (export_sample: on what it is
                      measured) and run_import.py makes a run of what one gave;
                      kind_comparison.py lists kinds that are trained in turn (kept_comparisons),
                      comparison_queue.py says how far they are, comparison_work.py begins and
                      measures each (outcome, update_memory) and comparison_table.py holds them
                      against each other (comparison_words)
    export/           models that others open: file_names, facts (config.json), weights (the folder
                      of open weights), readme with its plain_code, thirty lines of torch; opening
                      reads such a folder as if it came from an enemy; onnx_*: two graphs of ONNX,
                      traced through our model with parts as algebra where a tracer would see one
                      length alone, and held against it (built) on sentences; ct2_*: the same for
                      CTranslate2, which works in a process of its own (process, child)
    documents/        what a person wants translated, read and written with its targets filled:
                      text_lines, table_rows, TMX, XLIFF 1 and 2, SDLXLIFF, and of Word a file, its
                      parts, paragraphs and sentences; elements and exact_text change a file in
                      places and nowhere else, inline finds the tags of a segment, placing puts them
                      among the words of its translation (free_words: where there is room),
                      subflows are the texts inside tags
    lab/              what each kind of attention costs on this machine, against the length of
                      sentences: kinds (from the configs), schedule, worker and timing in a process
                      of their own, report, laws, crossings, findings in words, plots
    evaluation/       BLEU and chrF, alignment error rate with its interval and by groups of
                      words, the best reading of the attention; head_numbers: how each head looks
                      over many sentences, zero_words: which words get exactly nothing, density:
                      how much of each row is kept to leave as few places; whether two models
                      differ by more than their test sentences do (paired_bootstrap) or their
                      seeds (seed_spread)
    interpretation/   one view of a record and what is made of it: links, pictures, tables and
                      captions; site_words.py names what is looked at, head_figures.py says what
                      kind of head one is, zeros.py tells exact zeros from small weights (reach:
                      where a row can look), hiding.py leaves out what is no word, ordering.py puts
                      rows and columns in another order, rollout.py and flow.py go through all
                      layers, difference.py compares two models, web_page.py makes all
                      of it a page for a browser, page_formulas.py its cards; changed_rows:
                      attention as a person wants it, reach_of_change: what that can reach,
                      comparison: what it did, target_changes: to each word; word_changes: words
                      that are hidden, and where two texts differ; formula*: a step as cards, each
                      number with its arithmetic; gates: how far they are open; trust: what
                      attention is worth beside what hiding each word does, by all methods
    inference/        search, also from a given prefix, among what may come next
                      (next_tokens), batch by batch (batch_search), also by other
                      threads (helping_threads) or processes (processes, process_worker,
                      batch_bytes; shared_batches serves both), translator, pair_reader,
                      attention reader; alternatives: what else the model thought of where it chose
                      a word; step_reader: every number of a forced pass, as step_numbers, which
                      know no torch; score_*: what makes its scores and weights
    training/         events and the scores in them, stop, streams of examples, objectives, updates,
                      optimisation, schedule, the one loop, state, history, the guard against
                      divergence, the plan for a time budget, the average of the weights, threads
                      beside other programs; guided_*: attention that is taught where to look;
                      span_cost: the price of looking far; layer_norms: where it pulls;
                      head_quantities: what is told of heads, head_series: over a training;
                      ranks: the processes that train one run together (rendezvous: where they
                      meet, agreement: what they decide alike), shared_gradients: how they learn as
                      one; sharding, sharded_update: the same where each holds a share of the model
    attribution/      what a source word does for the target: erasure, gradients, value zeroing, and
                      what is left of a target without the words that a ranking puts first
    sides/            what a kind of source brings: how it is cleaned, encoded, cut and shown
    model/            recurrent and transformer encoder-decoders, one interface, interventions,
                      precision; builder.py makes them of a config, its attention by
                      attention_builder.py; packed for reading, without padding for training;
                      attention/ is score × normaliser × reach × positions, which kernel computes
                      it, and what each place brings (norms, contributions); input_positions are
                      added to pieces; residual: where norms are; learnt_numbers: α and span of
                      heads
    axes.py           named axes, the matrices between them, records: what is looked at
    reading.py        which of the matrices, and how
    sites.py          where in a model attention happens, between which axes
    tokenizer.py      SentencePiece behind our types: text, tokens, ids and offsets
    alignment/        word links of a corpus from its own text: hidden Markov models of both
                      directions that agree, over words and stems; symmetrisation, and words that
                      are linked together
    corpus/           sentence pairs on disk, alignments, splits, cleaning; a reader for each format
                      (texts, tables, JSON, Excel, Parquet, XML, PO, subtitles, keys);
                      archives and unpacking open what is packed; parallel_corpus is
                      read and corpus_writer writes it, as line_files;
                      samples/ makes the sample corpora
    presets.py        named starting points for a run
    config_fields.py  the knobs as a form needs them
    config_text.py    configs as people write them, and what is wrong there in words
    run_definition.py  what a run is asked: its data, its sides and every knob
    config_migration.py  older files of runs, as the newest format has them
    config.py         every knob once: type, default, bounds, label, one line of help
    config_model.py   the knobs of either family of models, and what goes together
    config_training.py  the knobs of training and its limits
    config_guidance.py  attention that is taught where to look
    config_knob.py   what a knob is made of
    config_attention.py  the attention of either family: chosen in one box, built of parts
    knob_effects.py   what comes of turning each knob, in words for everybody
    resources.py      where the files that come with the program lie
    seals.py          what a finished folder holds, by size and checksum
    files.py          files that are never half-written
    storage_errors.py  what the disk refuses, in words
    allocator.py      memory: kept between the steps of a training, and what to say when it is short
    logs.py           what the program did, in the person's log folder; the trace of a crash
    log_files.py      what earlier starts wrote there
    errors.py         the errors a person can act on
    names.py          what a name may be that becomes part of a path
    children.py       processes of ours, which take no modules from the current folder
    search_defaults.py  how translations are searched for where nobody says it
    plain_values.py   values that are read from files, with the types that they should have
"""

import os
import sys

__version__ = "0.1.0"

# Waiting OpenMP threads may spin only for a moment: beside a busy program on a small machine, long
# spinning slows training down by a factor of 2 to 12, and no spinning at all costs a quarter of
# the speed on a quiet one. libgomp reads it once, when torch is loaded.
os.environ.setdefault("GOMP_SPINCOUNT", "2000")
# onnxruntime, which measures exports to ONNX, reports its use to its makers unless this is set when
# it is loaded: one session with its wheel 1.32 for Linux, and it asked for the address of
# mobile.events.data.microsoft.com and numbered the machine in ~/.cache/Microsoft.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
if sys.platform == "linux":
    # Once a second thread of Python has computed in parallel, libgomp counts more threads than
    # processors and lets them spin 100 turns, or 1,000 with this: a training beside such a thread
    # was a third slower than alone, and a sixth with it. LLVM's OpenMP, which other builds of torch
    # bring, would spin for ever but for its own variable, here at its usual value in milliseconds.
    os.environ.setdefault("OMP_WAIT_POLICY", "active")
    os.environ.setdefault("KMP_BLOCKTIME", "200")
