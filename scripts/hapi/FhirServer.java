import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.provider.JpaCapabilityStatementProvider;
import ca.uhn.fhir.jpa.test.config.TestR4Config;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.interceptor.RequestValidatingInterceptor;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.validation.IValidatorModule;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/**
 * A HAPI FHIR JPA server (R4) on loopback, with a database in memory. It refuses writes that are not valid FHIR R4 and
 * references to what is not there. Prints "READY <port>"; ends with its process.
 */
public class FhirServer {
  public static void main(String[] arguments) throws Exception {
    var beans = new AnnotationConfigApplicationContext(TestR4Config.class);
    var api = new RestfulServer(beans.getBean(FhirContext.class));
    api.setDefaultResponseEncoding(EncodingEnum.JSON);
    api.registerProviders(beans.getBean("myResourceProvidersR4", ResourceProviderFactory.class).createProviders());
    api.registerProvider(beans.getBean("mySystemProviderR4"));
    api.setServerConformanceProvider(
        new JpaCapabilityStatementProvider(
            api,
            beans.getBean(IFhirSystemDao.class),
            beans.getBean(JpaStorageSettings.class),
            beans.getBean(ISearchParamRegistry.class),
            beans.getBean("myJpaValidationSupportChain", IValidationSupport.class)));
    var validation = new RequestValidatingInterceptor();
    validation.addValidatorModule(beans.getBean("myInstanceValidator", IValidatorModule.class));
    validation.setFailOnSeverity(ResultSeverityEnum.ERROR);
    api.registerInterceptor(validation);

    var jetty = new Server();
    var connector = new ServerConnector(jetty);
    connector.setHost("127.0.0.1");
    jetty.addConnector(connector);
    var servlets = new ServletContextHandler();
    servlets.addServlet(new ServletHolder(api), "/fhir/*");
    jetty.setHandler(servlets);
    jetty.start();
    System.out.println("READY " + connector.getLocalPort());
    jetty.join();
  }
}
