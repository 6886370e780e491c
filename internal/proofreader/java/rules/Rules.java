import com.helger.diagnostics.error.IError;
import com.helger.diagnostics.error.level.EErrorLevel;
import com.helger.diver.api.coord.DVRCoordinate;
import com.helger.io.resource.FileSystemResource;
import com.helger.phive.api.execute.ValidationExecutionManager;
import com.helger.phive.api.executor.IValidationExecutor;
import com.helger.phive.api.executorset.IValidationExecutorSet;
import com.helger.phive.api.executorset.ValidationExecutorSetRegistry;
import com.helger.phive.api.result.ValidationResultList;
import com.helger.phive.api.validity.IValidityDeterminator;
import com.helger.phive.en16931.EN16931Validation;
import com.helger.phive.peppol.PeppolValidation2026_05;
import com.helger.phive.peppol.PeppolValidationBisEurope;
import com.helger.phive.peppol.PeppolValidationPint;
import com.helger.phive.peppol.PeppolValidationPintJP;
import com.helger.phive.xml.source.IValidationSourceXML;
import com.helger.phive.xml.source.ValidationSourceXML;
import com.helger.phive.xrechnung.XRechnungValidation;
import com.helger.phive.zugferd.ZugferdValidation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;

/** Holds XML against the schema and the published rules of its kind. */
public final class Rules implements BiFunction<String, Path, List<String>> {
  /** What a kind is held against: an invoice (or CII), and a credit note. */
  private record Held(DVRCoordinate invoice, DVRCoordinate creditNote) {}

  private static final Map<String, Held> kinds = Map.of(
      "en16931-ubl", new Held(EN16931Validation.VID_UBL_INVOICE_1316, EN16931Validation.VID_UBL_CREDIT_NOTE_1316),
      "en16931-cii", new Held(EN16931Validation.VID_CII_1316, null),
      "xrechnung-ubl", new Held(XRechnungValidation.VID_XRECHNUNG_UBL_INVOICE_302, XRechnungValidation.VID_XRECHNUNG_UBL_CREDITNOTE_302),
      "xrechnung-cii", new Held(XRechnungValidation.VID_XRECHNUNG_CII_302, null),
      "peppol-bis3", new Held(PeppolValidation2026_05.VID_OPENPEPPOL_INVOICE_UBL_V3, PeppolValidation2026_05.VID_OPENPEPPOL_CREDIT_NOTE_UBL_V3),
      "pint-jp", new Held(PeppolValidationPintJP.VID_OPENPEPPOL_JP_PINT_INVOICE_1_1_2, PeppolValidationPintJP.VID_OPENPEPPOL_JP_PINT_CREDIT_NOTE_1_1_2),
      "facturx-xml", new Held(ZugferdValidation.getMappedFacturXVESID(ZugferdValidation.VID_ZUGFERD_2_4_EN16931), null));

  private final ValidationExecutorSetRegistry<IValidationSourceXML> registry = new ValidationExecutorSetRegistry<>();

  public Rules() {
    EN16931Validation.initEN16931(registry);
    PeppolValidationBisEurope.init(registry);
    PeppolValidationPint.init(registry);
    PeppolValidationPintJP.init(registry);
    XRechnungValidation.initXRechnung(registry);
    ZugferdValidation.initZugferd(registry);
  }

  @Override
  public List<String> apply(String kind, Path file) {
    if (kind.equals("versions")) {
      return kinds.keySet().stream().sorted().map(known -> known + ": " + set(kinds.get(known).invoice()).getDisplayName()).toList();
    }
    Held held = kinds.get(kind);
    if (held == null) {
      throw new IllegalArgumentException("no kind of document is called " + kind);
    }
    var source = ValidationSourceXML.create(new FileSystemResource(file));
    if (source.getNode() == null) {
      return List.of(line("error", "XML", "this is no well-formed XML", ""));
    }
    String root = source.getNode().getOwnerDocument() == null
        ? ((org.w3c.dom.Document) source.getNode()).getDocumentElement().getLocalName()
        : source.getNode().getLocalName();
    boolean creditNote = root.equals("CreditNote");
    if (creditNote && held.creditNote() == null) {
      return List.of(line("error", "XML", kind + " has no document CreditNote", ""));
    }
    var results = new ValidationResultList(source);
    var manager = new ValidationExecutionManager<IValidationSourceXML>(IValidityDeterminator.createDefault(), steps(kind, held, creditNote));
    manager.executeValidation(source, results, Locale.ENGLISH);
    List<String> findings = new ArrayList<>();
    for (var result : results) {
      boolean schema = result.getValidationArtefact().getValidationType().getID().equals("xsd");
      for (IError error : result.getErrorList()) {
        String severity = severity(error);
        boolean rule = schema || error.hasErrorID();
        if (!rule && "error".equals(severity)) { // the rules were not run
          throw new IllegalStateException(error.getErrorText(Locale.ENGLISH), error.getLinkedException());
        }
        if (!rule || severity == null) { // a remark of the XSLT processor on the rules, or a rule that was kept
          continue;
        }
        String place = error.hasErrorFieldName() ? error.getErrorFieldName() : error.getErrorLocation().getAsString();
        findings.add(line(severity, schema ? "XSD" : error.getErrorID(), error.getErrorText(Locale.ENGLISH), place));
      }
    }
    return findings;
  }

  /** What is held against, in order; the rules come only where the schema is kept. */
  private List<IValidationExecutor<IValidationSourceXML>> steps(String kind, Held held, boolean creditNote) {
    List<IValidationExecutor<IValidationSourceXML>> steps = new ArrayList<>();
    if (kind.equals("pint-jp")) { // its set has rules and no schema
      var schema = creditNote ? EN16931Validation.VID_UBL_CREDIT_NOTE_1316 : EN16931Validation.VID_UBL_INVOICE_1316;
      steps.add(set(schema).getAllExecutors().get(0));
    }
    set(creditNote ? held.creditNote() : held.invoice()).getAllExecutors().forEach(steps::add);
    return steps;
  }

  private IValidationExecutorSet<IValidationSourceXML> set(DVRCoordinate id) {
    var found = registry.getOfID(id);
    if (found == null) {
      throw new IllegalStateException("there are no rules " + id.getAsSingleID());
    }
    return found;
  }

  /** Nothing where a rule was kept. */
  private static String severity(IError error) {
    var level = error.getErrorLevel();
    if (level.isGE(EErrorLevel.ERROR)) {
      return "error";
    }
    if (level.isGE(EErrorLevel.WARN)) {
      return "warning";
    }
    return level.isGE(EErrorLevel.INFO) ? "note" : null;
  }

  private static String line(String... parts) {
    List<String> clean = new ArrayList<>();
    for (String part : parts) {
      clean.add(String.valueOf(part).replaceAll("\\s+", " ").strip());
    }
    return String.join("\t", clean);
  }
}
