import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;

/**
 * The validator of HL7 (the one HAPI FHIR runs) over resources, one JSON text per line of the input. Writes a line for
 * each: a JSON list of {severity, id, path}, without the messages, which quote values. Profiles it does not have are not
 * asked for; code systems are those in the specification.
 */
public class Validate {
  public static void main(String[] arguments) throws Exception {
    var context = FhirContext.forR4();
    var module =
        new FhirInstanceValidator(
            new ValidationSupportChain(
                new DefaultProfileValidationSupport(context),
                new CommonCodeSystemsTerminologyService(context),
                new InMemoryTerminologyServerValidationSupport(context)));
    module.setAnyExtensionsAllowed(true);
    module.setErrorForUnknownProfiles(false);
    module.setBestPracticeWarningLevel(BestPracticeWarningLevel.Ignore);
    var validator = context.newValidator().registerValidatorModule(module);
    var json = new ObjectMapper();
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = lines.readLine()) != null; ) System.out.println(json.writeValueAsString(judge(validator, line)));
  }

  private static List<Map<String, String>> judge(FhirValidator validator, String resource) {
    try {
      return validator.validateWithResult(resource).getMessages().stream()
          .filter(message -> message.getSeverity() != ResultSeverityEnum.INFORMATION)
          .map(Validate::tell)
          .toList();
    } catch (RuntimeException notRead) {
      return List.of(Map.of("severity", "fatal", "id", "not-read", "path", ""));
    }
  }

  private static Map<String, String> tell(SingleValidationMessage message) {
    return Map.of(
        "severity", message.getSeverity().getCode(),
        "id", String.valueOf(message.getMessageId()),
        "path", String.valueOf(message.getLocationString()));
  }
}
