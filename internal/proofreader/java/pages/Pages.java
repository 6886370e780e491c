import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import org.mustangproject.validator.ESeverity;
import org.mustangproject.validator.ValidationResultItem;
import org.mustangproject.validator.ZUGFeRDValidator;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;

/** Holds a PDF against PDF/A and PDF/UA (veraPDF), or against Factur-X (Mustang: the PDF, its metadata and the XML in it). */
public final class Pages implements BiFunction<String, Path, List<String>> {
  private static final int mostForOneRule = 3;

  public Pages() {
    VeraGreenfieldFoundryProvider.initialise();
  }

  @Override
  public List<String> apply(String kind, Path file) {
    switch (kind) {
      case "facturx":
        return facturX(file);
      case "pdfa-3b":
        return pages(PDFAFlavour.PDFA_3_B, file);
      case "pdfa-3a":
        return pages(PDFAFlavour.PDFA_3_A, file);
      case "pdfua-1":
        return pages(PDFAFlavour.PDFUA_1, file);
      default:
        throw new IllegalArgumentException("no kind of document is called " + kind);
    }
  }

  private static List<String> facturX(Path file) {
    var validator = new ZUGFeRDValidator();
    validator.validate(file.toString());
    List<String> findings = new ArrayList<>();
    for (ValidationResultItem item : validator.getContext().getResults()) {
      String severity = switch (item.getSeverity()) {
        case notice -> "note";
        case warning -> "warning";
        default -> "error";
      };
      String rule = item.getID() == null || item.getID().isEmpty() ? "mustang-" + item.getSection() : item.getID();
      findings.add(line(severity, rule, item.getMessage(), item.getLocation() == null ? "" : item.getLocation()));
    }
    if (findings.stream().noneMatch(finding -> finding.startsWith("error")) && !validator.wasCompletelyValid()) {
      findings.add(line("error", "mustang", "Mustang says that the document is not valid and does not say why", ""));
    }
    return findings;
  }

  private static List<String> pages(PDFAFlavour flavour, Path file) {
    try (InputStream in = Files.newInputStream(file);
        var parser = Foundries.defaultInstance().createParser(in, flavour);
        var validator = Foundries.defaultInstance().createValidator(flavour, mostForOneRule, false, true, false)) {
      var result = validator.validate(parser);
      List<String> findings = new ArrayList<>();
      for (TestAssertion failed : result.getTestAssertions()) {
        if (failed.getStatus() == TestAssertion.Status.FAILED) {
          String rule = failed.getRuleId().getClause() + "-" + failed.getRuleId().getTestNumber();
          String said = failed.getErrorMessage() == null ? failed.getMessage() : failed.getErrorMessage();
          findings.add(line("error", rule, said, failed.getLocation().getContext()));
        }
      }
      if (findings.isEmpty() && !result.isCompliant()) {
        findings.add(line("error", "verapdf", "veraPDF says that the file is not " + flavour + " and does not say why", ""));
      }
      return findings;
    } catch (RuntimeException problem) {
      throw problem;
    } catch (Exception problem) {
      return List.of(line("error", "verapdf", "veraPDF cannot read the file: " + problem.getMessage(), ""));
    }
  }

  private static String line(String... parts) {
    List<String> clean = new ArrayList<>();
    for (String part : parts) {
      clean.add(String.valueOf(part).replaceAll("\\s+", " ").strip());
    }
    return String.join("\t", clean);
  }
}
